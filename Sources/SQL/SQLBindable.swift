/// A value that fits a statement's parameter.
package protocol SQLBindable {
    /// Binds a copy of the value to the parameter `index` (from 1) of `statement`.
    func bind(to statement: Statement, at index: Int) throws(SQLError)
}

extension Int64: SQLBindable {
    package func bind(to statement: Statement, at index: Int) throws(SQLError) {
        try statement.bind(integer: self, at: index)
    }
}

extension Int: SQLBindable {
    package func bind(to statement: Statement, at index: Int) throws(SQLError) {
        try statement.bind(integer: Int64(self), at: index)
    }
}

extension UInt32: SQLBindable {
    package func bind(to statement: Statement, at index: Int) throws(SQLError) {
        try statement.bind(integer: Int64(self), at: index)
    }
}

extension UInt64: SQLBindable {
    /// Binds the bit pattern: a value from 2⁶³ is negative in SQL and sorts so.
    package func bind(to statement: Statement, at index: Int) throws(SQLError) {
        try statement.bind(integer: Int64(bitPattern: self), at: index)
    }
}

extension Bool: SQLBindable {
    package func bind(to statement: Statement, at index: Int) throws(SQLError) {
        try statement.bind(integer: self ? 1 : 0, at: index)
    }
}

extension Double: SQLBindable {
    package func bind(to statement: Statement, at index: Int) throws(SQLError) {
        try statement.bind(double: self, at: index)
    }
}

extension String: SQLBindable {
    package func bind(to statement: Statement, at index: Int) throws(SQLError) {
        try statement.bind(text: self, at: index)
    }
}

extension [UInt8]: SQLBindable {
    /// Binds a blob.
    package func bind(to statement: Statement, at index: Int) throws(SQLError) {
        let code = withUnsafeBytes { statement.bindingCode(blob: $0, at: index) }
        try statement.check(code)
    }
}

extension ArraySlice<UInt8>: SQLBindable {
    /// Binds a blob.
    package func bind(to statement: Statement, at index: Int) throws(SQLError) {
        let code = withUnsafeBytes { statement.bindingCode(blob: $0, at: index) }
        try statement.check(code)
    }
}

extension UnsafeRawBufferPointer: SQLBindable {
    /// Binds a blob.
    package func bind(to statement: Statement, at index: Int) throws(SQLError) {
        try statement.check(statement.bindingCode(blob: self, at: index))
    }
}

extension Optional: SQLBindable where Wrapped: SQLBindable {
    /// Binds the value, or NULL.
    package func bind(to statement: Statement, at index: Int) throws(SQLError) {
        switch self {
        case .some(let value): try value.bind(to: statement, at: index)
        case .none: try statement.bindNull(at: index)
        }
    }
}
