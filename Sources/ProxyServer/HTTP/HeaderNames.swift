import HTTPTypes

extension HTTPField.Name {
  static let requestID = known("X-Request-Id")
  static let storeVersion = known("Snap-Store-Version")
  static let deviceArchitecture = known("Snap-Device-Architecture")
  static let oldDeviceArchitecture = known("X-Ubuntu-Architecture")
  static let deviceAuthorization = known("Snap-Device-Authorization")
  static let deviceService = known("X-Snap-Device-Service-URL")
  static let series = known("X-Ubuntu-Series")
  static let forwardedProtocol = known("X-Forwarded-Proto")
  static let oldDeviceAuthorization = known("X-Device-Authorization")

  // The names above are well-formed; a typing error would show as a header of this name.
  private static func known(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .contentLocation }
}
