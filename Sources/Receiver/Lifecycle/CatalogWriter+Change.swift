import Catalog
import Core
import SQL

extension CatalogWriter {
    /// Runs `body` in a transaction: all of it is committed, or nothing when it fails.
    func change<Value>(
        _ body: () throws(SQLError) -> Value
    ) throws(OperatorError) -> Value {
        try ask { () throws(SQLError) in
            try begin()
            let value: Value
            do throws(SQLError) {
                value = try body()
            } catch {
                try rollBack()
                throw error
            }
            try commit()
            return value
        }
    }

    /// Runs `body` outside a transaction.
    func ask<Value>(_ body: () throws(SQLError) -> Value) throws(OperatorError) -> Value {
        do throws(SQLError) {
            return try body()
        } catch {
            throw OperatorError(error)
        }
    }
}
