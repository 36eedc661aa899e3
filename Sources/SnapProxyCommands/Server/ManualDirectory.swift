import CommandLineKit

/// The manual that the server shows.
enum ManualDirectory {
  /// Where install.sh puts it, where `scripts/install` puts it, and beside a program that was just built.
  private static let paths = ["../../share/snap-proxy/manual", "../share/snap-store/manual", "manual"]

  /// `nil` where no manual was installed with the program.
  static func find(with program: ProgramLocation = .current) -> String? {
    program.folder(at: paths, holding: "index.html")
  }
}
