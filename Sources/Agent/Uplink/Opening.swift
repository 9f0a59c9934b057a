import Core

/// What the agent has asked of the receiver for a stream that is being opened.
struct Opening {
    /// Whether the file is being written to now.
    var isLive: Bool
    /// The file that was asked for; nil when it was asked for by its path, or for a new one.
    var file: FileID?
    /// The stream's revision that the question told of; what the file's path is since then is to be told.
    var revision: Int64
}
