import COpenSSL
import Core

/// SHA-256 over bytes that come in pieces.
package struct SHA256Hasher: ~Copyable {
    private let state: OpaquePointer

    /// Traps when there is no memory, as everything in Swift does.
    package init() {
        guard let state = EVP_MD_CTX_new(), EVP_DigestInit_ex2(state, SHA256.algorithm, nil) == 1
        else { preconditionFailure("no memory for a digest") }
        self.state = state
    }

    deinit { EVP_MD_CTX_free(state) }

    /// Takes the next bytes.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        EVP_DigestUpdate(state, bytes.baseAddress, bytes.count)
    }

    /// Takes the next bytes.
    package mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// The digest of what came so far; more may come.
    package func snapshot() -> Digest {
        let copy = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(copy) }
        return SHA256.digest {
            EVP_MD_CTX_copy_ex(copy, state) == 1 && EVP_DigestFinal_ex(copy, $0, nil) == 1
        }
    }

    /// The digest of everything.
    package consuming func finalize() -> Digest {
        SHA256.digest { EVP_DigestFinal_ex(state, $0, nil) == 1 }
    }
}
