/// The members of a line that many types share, found in one walk.
///
/// Nothing is required, and a member of another type than expected is as if it were not there. What only one type
/// has is looked up in `record`.
struct ClaudeLine {
    let record: JSONValue
    var type: JSONValue?
    var subtype: JSONValue?
    var uuid: JSONValue?
    var parent: JSONValue?
    var session: JSONValue?
    var timestamp: JSONValue?
    var workingDirectory: JSONValue?
    var gitBranch: JSONValue?
    var version: JSONValue?
    var entrypoint: JSONValue?
    var agent: JSONValue?
    var sidechain: Bool?
    var isMeta = false
    var isCompactSummary = false
    var isAPIError = false
    var message: JSONValue?
    var toolUseResult: JSONValue?
    var data: JSONValue?
    var attachment: JSONValue?
    var request: JSONValue?
    var cost: JSONValue?
    var effort: JSONValue?
    var origin: JSONValue?
    var promptSource: JSONValue?
    var denial: JSONValue?
    var forkedFrom: JSONValue?

    init(_ record: JSONValue) {
        self.record = record
        for (name, value) in record.members {
            guard let bytes = name.bytes else { continue }
            switch bytes.count {
            case 4...7: takeShort(name, value)
            case 8...10: takeMiddle(name, value)
            default: takeLong(name, value)
            }
        }
    }

    private mutating func takeShort(_ name: JSONValue, _ value: JSONValue) {
        if name.equals("type") {
            type = type ?? value
        } else if name.equals("uuid") {
            uuid = uuid ?? value
        } else if name.equals("message") {
            message = message ?? value
        } else if name.equals("version") {
            version = value
        } else if name.equals("isMeta") {
            isMeta = value.bool == true
        } else if name.equals("agentId") {
            agent = value
        } else if name.equals("subtype") {
            subtype = value
        } else if name.equals("data") {
            data = value
        } else if name.equals("effort") {
            effort = value
        } else if name.equals("origin") {
            origin = value
        } else if name.equals("costUSD") {
            cost = value
        }
    }

    private mutating func takeMiddle(_ name: JSONValue, _ value: JSONValue) {
        if name.equals("parentUuid") {
            parent = value
        } else if name.equals("sessionId") {
            if value.bytes?.isEmpty == false { session = value }
        } else if name.equals("timestamp") {
            timestamp = timestamp ?? value
        } else if name.equals("gitBranch") {
            gitBranch = value
        } else if name.equals("entrypoint") {
            entrypoint = value
        } else if name.equals("requestId") {
            request = value
        } else if name.equals("attachment") {
            attachment = value
        } else if name.equals("session_id") {
            if session == nil, value.bytes?.isEmpty == false { session = value }
        } else if name.equals("forkedFrom") {
            forkedFrom = value
        }
    }

    private mutating func takeLong(_ name: JSONValue, _ value: JSONValue) {
        if name.equals("cwd") {
            workingDirectory = value
        } else if name.equals("isSidechain") {
            sidechain = value.bool
        } else if name.equals("toolUseResult") {
            toolUseResult = value
        } else if name.equals("isCompactSummary") {
            isCompactSummary = value.bool == true
        } else if name.equals("isApiErrorMessage") {
            isAPIError = value.bool == true
        } else if name.equals("promptSource") {
            promptSource = value
        } else if name.equals("toolDenialKind") {
            denial = value
        }
    }
}
