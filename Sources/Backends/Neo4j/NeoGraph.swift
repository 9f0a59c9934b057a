import Catalog
import Core
import SQL

/// The graph that rows become.
///
/// ```
/// (Session)-[:ON_MACHINE]->(Machine)   (Session)-[:OF_USER]->(User)   (Session)-[:IN_PROJECT]->(Project)
/// (Session)-[:CONTINUES]->(Session)    (Message)-[:IN_SESSION]->(Session)   (Message)-[:BY_MODEL]->(Model)
/// (Call)-[:IN_SESSION]->(Session)      (Call)-[:OF_TOOL]->(Tool)            (Call)-[:TOUCHES]->(File)
/// ```
/// Sessions, messages and calls have the rows' `id`, machines the agent's identity, files `machine identity:path`, all
/// others their name. What is pointed at before its own row came is there with its key only.
struct NeoGraph {
    /// A node's kind: its label, and the property that it is known by.
    struct Kind {
        let label: String
        let key: String
    }

    /// A relation from a row's node to another.
    struct Link {
        let name: String
        let target: Kind
        /// The column with the target's key.
        let column: String
        /// A column that the target gets as its `name`.
        var nameColumn: String?
    }

    /// What a table's rows become.
    struct Node {
        let table: String
        let kind: Kind
        let links: [Link]
    }

    static let session = Kind(label: "Session", key: "id")
    static let message = Kind(label: "Message", key: "id")
    static let call = Kind(label: "Call", key: "id")
    static let machine = Kind(label: "Machine", key: "id")
    static let user = Kind(label: "User", key: "name")
    static let project = Kind(label: "Project", key: "name")
    static let model = Kind(label: "Model", key: "name")
    static let tool = Kind(label: "Tool", key: "name")
    static let file = Kind(label: "File", key: "key")

    static let kinds = [session, message, call, machine, user, project, model, tool, file]

    static let nodes = [
        Node(
            table: "sessions",
            kind: session,
            links: [
                Link(name: "ON_MACHINE", target: machine, column: "agent", nameColumn: "machine"),
                Link(name: "OF_USER", target: user, column: "owner"),
                Link(name: "IN_PROJECT", target: project, column: "project"),
                Link(name: "CONTINUES", target: session, column: "parent"),
            ]
        ),
        Node(
            table: "messages",
            kind: message,
            links: [
                Link(name: "IN_SESSION", target: session, column: "session_id"),
                Link(name: "BY_MODEL", target: model, column: "model"),
            ]
        ),
        Node(
            table: "tool_usage",
            kind: call,
            links: [
                Link(name: "IN_SESSION", target: session, column: "session_id"),
                Link(name: "OF_TOOL", target: tool, column: "name"),
            ]
        ),
    ]

    // MARK: Statements

    static var constraints: [String] {
        kinds.map { kind in
            "CREATE CONSTRAINT tailship_\(kind.label.lowercased()) IF NOT EXISTS "
                + "FOR (n:\(kind.label)) REQUIRE n.\(kind.key) IS UNIQUE"
        }
    }

    static func merge(_ node: Node) -> String {
        """
        UNWIND $rows AS r MERGE (n:\(node.kind.label) {id: r.id}) \
        WITH n, r WHERE coalesce(n.rev, -1) <= r.rev SET n += r.properties
        """
    }

    /// Takes away the relations that the row has no more.
    static func unlink(_ node: Node, _ link: Link) -> String {
        """
        UNWIND $rows AS r \
        MATCH (n:\(node.kind.label) {id: r.id})-[o:\(link.name)]->(t:\(link.target.label)) \
        WHERE t.\(link.target.key) <> r.target DELETE o
        """
    }

    static func link(_ node: Node, _ link: Link) -> String {
        let name = link.nameColumn == nil ? "" : " SET t.name = r.name"
        return """
            UNWIND $rows AS r MATCH (n:\(node.kind.label) {id: r.id}) \
            MERGE (t:\(link.target.label) {\(link.target.key): r.target})\(name) \
            MERGE (n)-[:\(link.name)]->(t)
            """
    }

    static func delete(_ node: Node) -> String {
        """
        UNWIND $rows AS r MATCH (n:\(node.kind.label) {id: r.id}) \
        WHERE coalesce(n.rev, -1) < r.rev DETACH DELETE n
        """
    }

    /// Accesses are relations.
    static let touch = """
        UNWIND $rows AS r MERGE (c:Call {id: r.call}) MERGE (f:File {key: r.file}) \
        SET f.path = r.path MERGE (c)-[t:TOUCHES {id: r.id}]->(f) \
        WITH t, r WHERE coalesce(t.rev, -1) <= r.rev SET t += r.properties
        """

    static let untouch = """
        UNWIND $rows AS r MATCH (c:Call)-[t:TOUCHES {id: r.id}]->(f:File) \
        WHERE coalesce(t.rev, -1) < r.rev DELETE t
        """
}
