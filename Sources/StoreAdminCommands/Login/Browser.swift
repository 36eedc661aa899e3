import Foundation

/// The web browser of whoever sits at this machine.
struct Browser {
  private let environment: [String: String]

  init(environment: [String: String]) { self.environment = environment }

  /// Shows a page and does not wait. Where there is no browser nothing happens: the user has the address.
  /// - Parameter page: A web address that was taken apart and put together again, and so is one word.
  func open(_ page: String) {
    for words in candidates {
      guard let program = words.first.flatMap(path) else { continue }
      let process = Process()
      process.executableURL = URL(filePath: program)
      let arguments = words.dropFirst().map { $0.replacing("%s", with: page) }
      process.arguments = words.contains("%s") ? arguments : arguments + [page]
      process.environment = environment
      // What it says is for nobody here.
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      if (try? process.run()) != nil { return }
    }
  }

  /// `BROWSER` names several, with colons between; then the desktop's own. Without a desktop `xdg-open` would take a
  /// browser that draws on the terminal.
  private var candidates: [[String]] {
    let named = (environment["BROWSER"] ?? "").split(separator: ":").map { command in
      command.split(separator: " ").map(String.init)
    }
    let hasDesktop = ["DISPLAY", "WAYLAND_DISPLAY"].contains { environment[$0]?.isEmpty == false }
    return named + (hasDesktop ? [["xdg-open"]] : [])
  }

  private func path(of program: String) -> String? {
    if program.contains("/") { return FileManager.default.isExecutableFile(atPath: program) ? program : nil }
    return (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(program)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
