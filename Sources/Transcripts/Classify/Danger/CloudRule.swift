/// What is deleted in clouds, clusters and container engines.
enum CloudRule {
    static func dangers(_ context: DangerContext) -> [Danger] {
        let words = context.operands
        let verb = words.first ?? ""
        switch context.name {
        case "aws": return amazon(context, words)
        case "gcloud", "az", "doctl", "linode-cli", "hcloud", "oci", "ibmcloud", "scw", "openstack",
            "aliyun", "eksctl":
            return words.contains { $0 == "delete" || $0 == "purge" || $0 == "destroy" }
                ? context.danger("cloud_delete", .high) : []
        case "gsutil":
            return verb == "rm" || verb == "rb" ? context.danger("cloud_delete", .high) : []
        case "kubectl", "oc", "k3s", "k": return cluster(context, words)
        case "helm":
            return ["uninstall", "delete", "del"].contains(verb)
                ? context.danger("cluster_delete", .high) : []
        case "terraform", "tofu", "terragrunt", "pulumi", "cdk", "cdktf":
            let isDestroy =
                verb == "destroy" || words.contains("destroy") || context.invocation.has("-destroy")
            return isDestroy ? context.danger("cloud_delete", .critical) : []
        case "docker", "podman", "nerdctl": return containers(context, words)
        case "docker-compose":
            return verb == "down" && context.invocation.has("-v", "--volumes")
                ? context.danger("container_delete", .high) : []
        case "heroku", "fly", "flyctl", "railway", "render", "netlify", "vercel", "wrangler",
            "firebase", "serverless", "sls", "supabase", "gh":
            return platform(context, words)
        default: return []
        }
    }

    private static func amazon(_ context: DangerContext, _ words: [String]) -> [Danger] {
        let action = words.count > 1 ? words[1] : ""
        if words.first == "s3" {
            let isAll = context.invocation.has("--recursive", "--force", "--delete")
            switch action {
            case "rb": return context.danger("cloud_delete", .critical)
            case "rm": return context.danger("cloud_delete", isAll ? .critical : .medium)
            case "sync":
                return context.invocation.has("--delete")
                    ? context.danger("cloud_delete", .high) : []
            default: return []
            }
        }
        let isDelete = [
            "delete", "terminate", "deregister", "remove", "purge", "revoke", "destroy",
        ].contains { action == $0 || action.hasPrefix($0 + "-") }
        return isDelete ? context.danger("cloud_delete", .high) : []
    }

    private static func cluster(_ context: DangerContext, _ words: [String]) -> [Danger] {
        if words.contains("drain") { return context.danger("cluster_delete", .medium) }
        guard words.contains("delete") else { return [] }
        let isWide =
            context.invocation.has("--all", "-A", "--all-namespaces")
            || words.contains {
                ["namespace", "namespaces", "ns", "pv", "pvc", "crd", "node"].contains($0)
            }
        return context.danger("cluster_delete", isWide ? .critical : .high)
    }

    private static func containers(_ context: DangerContext, _ words: [String]) -> [Danger] {
        let verb = words.first ?? ""
        let action = words.count > 1 ? words[1] : ""
        let invocation = context.invocation
        if verb == "run" || verb == "create" {
            let isRaised =
                invocation.has("--privileged", "--pid=host")
                || words.contains { $0.hasPrefix("/:") }
            return isRaised ? context.danger("privilege_rise", .high) : []
        }
        if action == "prune" {
            return context.danger(
                "container_delete",
                verb == "system" || verb == "volume" ? .high : .medium
            )
        }
        if verb == "compose" {
            return words.contains("down") && invocation.has("-v", "--volumes")
                ? context.danger("container_delete", .high) : []
        }
        if verb == "volume" {
            return action == "rm" ? context.danger("container_delete", .high) : []
        }
        let isForced =
            ["rm", "rmi"].contains(verb) && (invocation.hasLetter("f") || invocation.has("--force"))
        return isForced ? context.danger("container_delete", .medium) : []
    }

    private static func platform(_ context: DangerContext, _ words: [String]) -> [Danger] {
        let isDelete = words.prefix(3).contains { word in
            ["delete", "destroy", "remove", "down"].contains(word) || word.hasSuffix(":destroy")
                || word.hasSuffix(":delete") || word.hasSuffix(":reset")
        }
        let isKept =
            context.name == "gh"
            && !(words.first == "repo" || words.first == "release" || words.first == "secret")
        return isDelete && !isKept ? context.danger("cloud_delete", .high) : []
    }
}
