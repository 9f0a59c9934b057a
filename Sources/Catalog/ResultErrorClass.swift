import Transcripts

/// What kind of error a tool's result tells; the one place that the analysis is asked for it.
enum ResultErrorClass {
    /// Nil for a result that is no error.
    static func of(_ fact: ToolResultFact) -> String? {
        switch fact.outcome {
        case .success: nil
        case .denied: ErrorClass.userRejected.rawValue
        case .interrupted: ErrorClass.userInterrupted.rawValue
        case .error: ErrorClass.of(text: fact.errorText ?? "")
        }
    }
}
