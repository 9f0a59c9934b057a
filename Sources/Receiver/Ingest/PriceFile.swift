import Core
import Platform
import Settings
import Transcripts

/// The prices in effect: the built-in table, and over it the file that `[prices] file` names.
enum PriceFile {
    /// Reads the file again.
    ///
    /// - Throws: when it is not there, or the file, the line and the field that is wrong.
    static func table(_ settings: ReceiverSettings.Prices) throws(OperatorError) -> PriceTable {
        guard let path = settings.file else { return .standard }
        let bytes = try OperatorError.system(.configuration, "read \"file\" in [prices], \(path)") {
            () throws(SystemError) in try LinuxDisk(root: "/", links: .follow).contents(path)
        }
        guard let bytes else {
            throw OperatorError(.configuration, "\"file\" in [prices]: \(path) does not exist")
        }
        do throws(PriceTable.Fault) {
            let own = try PriceTable(text: String(decoding: bytes, as: UTF8.self))
            return PriceTable.standard.overridden(by: own)
        } catch {
            throw OperatorError(
                .configuration,
                "\(path):\(error.line): \(error.message)",
                remedy: "The section \"Prices\" of docs/operations.md describes the file."
            )
        }
    }
}
