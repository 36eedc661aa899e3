import COpenSSL

/// What functions of OpenSSL write.
enum OpenSSLText {
  /// - Parameter write: Gets a BIO.
  static func of(_ write: (OpaquePointer) -> Int32) -> String {
    guard let output = BIO_new(BIO_s_mem()) else { preconditionFailure("out of memory") }
    defer { BIO_free_all(output) }
    _ = write(output)
    var start: UnsafeMutablePointer<CChar>?
    let count = BIO_ctrl(output, BIO_CTRL_INFO, 0, &start)
    guard let start, count > 0 else { return "" }
    return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
  }
}
