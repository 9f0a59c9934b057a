/// What is deleted in clouds, clusters and container engines.
enum CloudRule {
    private static let providers = WordSet([
        "gcloud", "az", "doctl", "linode-cli", "hcloud", "oci", "ibmcloud", "scw", "openstack",
        "aliyun", "eksctl",
    ])
    static let programs = [
        "aws", "gcloud", "az", "doctl", "linode-cli", "hcloud", "oci", "ibmcloud", "scw",
        "openstack", "aliyun", "eksctl", "gsutil", "kubectl", "oc", "k3s", "k", "helm",
        "terraform", "tofu", "terragrunt", "pulumi", "cdk", "cdktf", "docker", "podman", "nerdctl",
        "docker-compose", "heroku", "fly", "flyctl", "railway", "render", "netlify", "vercel",
        "wrangler", "firebase", "serverless", "sls", "supabase", "gh",
    ]

    static func danger(_ context: DangerContext) -> Danger? {
        guard context.traits.contains(.isCloud) else { return nil }
        let words = context.operands
        let verb = context.verb
        switch context.name {
        case "aws": return amazon(context)
        case "gsutil":
            return verb == "rm" || verb == "rb" ? context.danger("cloud_delete", .high) : nil
        case "kubectl", "oc", "k3s", "k": return cluster(context, words)
        case "helm":
            return verb == "uninstall" || verb == "delete" || verb == "del"
                ? context.danger("cluster_delete", .high) : nil
        case "terraform", "tofu", "terragrunt", "pulumi", "cdk", "cdktf":
            let isDestroy =
                words.contains { $0 == "destroy" } || context.invocation.has("-destroy")
            return isDestroy ? context.danger("cloud_delete", .critical) : nil
        case "docker", "podman", "nerdctl": return containers(context, words)
        case "docker-compose":
            return verb == "down" && context.invocation.has(volumes)
                ? context.danger("container_delete", .high) : nil
        case let name where providers.contains(name):
            return words.contains { $0 == "delete" || $0 == "purge" || $0 == "destroy" }
                ? context.danger("cloud_delete", .high) : nil
        default: return platform(context, words)
        }
    }

    private static let volumes = WordSet(["-v", "--volumes"])
    private static let wide = WordSet(["--recursive", "--force", "--delete"])
    private static let deleting: [StaticString] = [
        "delete", "terminate", "deregister", "remove", "purge", "revoke", "destroy",
    ]

    private static func amazon(_ context: DangerContext) -> Danger? {
        let action = context.invocation.operand(1)
        if context.verb == "s3" {
            let isAll = context.invocation.has(wide)
            switch action {
            case "rb": return context.danger("cloud_delete", .critical)
            case "rm": return context.danger("cloud_delete", isAll ? .critical : .medium)
            case "sync":
                return context.invocation.has("--delete")
                    ? context.danger("cloud_delete", .high) : nil
            default: return nil
            }
        }
        let isDelete = deleting.contains { word in
            action.begins(word)
                && (action == word || action[word.utf8CodeUnitCount] == UInt8(ascii: "-"))
        }
        return isDelete ? context.danger("cloud_delete", .high) : nil
    }

    private static let everywhere = WordSet(["--all", "-A", "--all-namespaces"])
    private static let grave = WordSet([
        "namespace", "namespaces", "ns", "pv", "pvc", "crd", "node",
    ])

    private static func cluster(_ context: DangerContext, _ words: [TextBytes]) -> Danger? {
        if words.contains(where: { $0 == "drain" }) {
            return context.danger("cluster_delete", .medium)
        }
        guard words.contains(where: { $0 == "delete" }) else { return nil }
        let isWide = context.invocation.has(everywhere) || words.contains { grave.contains($0) }
        return context.danger("cluster_delete", isWide ? .critical : .high)
    }

    private static let raising = WordSet(["--privileged", "--pid=host"])
    private static let force = ByteSet("f")

    private static func containers(_ context: DangerContext, _ words: [TextBytes]) -> Danger? {
        let verb = context.verb
        let action = context.invocation.operand(1)
        let invocation = context.invocation
        if verb == "run" || verb == "create" {
            let isRaised = invocation.has(raising) || words.contains { $0.begins("/:") }
            return isRaised ? context.danger("privilege_rise", .high) : nil
        }
        if action == "prune" {
            return context.danger(
                "container_delete",
                verb == "system" || verb == "volume" ? .high : .medium
            )
        }
        if verb == "compose" {
            return words.contains { $0 == "down" } && invocation.has(volumes)
                ? context.danger("container_delete", .high) : nil
        }
        if verb == "volume" {
            return action == "rm" ? context.danger("container_delete", .high) : nil
        }
        let isForced =
            (verb == "rm" || verb == "rmi")
            && (invocation.hasLetter(force) || invocation.has("--force"))
        return isForced ? context.danger("container_delete", .medium) : nil
    }

    private static let removing = WordSet(["delete", "destroy", "remove", "down"])

    private static func platform(_ context: DangerContext, _ words: [TextBytes]) -> Danger? {
        let isDelete = words.prefix(3).contains { word in
            removing.contains(word) || word.ends(":destroy") || word.ends(":delete")
                || word.ends(":reset")
        }
        let verb = context.verb
        let isKept =
            context.name == "gh" && verb != "repo" && verb != "release" && verb != "secret"
        return isDelete && !isKept ? context.danger("cloud_delete", .high) : nil
    }
}
