import Platform

/// Whether bytes are those that were hashed.
enum BlockAnswer {
    case agrees
    case differs
    case failed(SystemError)
}
