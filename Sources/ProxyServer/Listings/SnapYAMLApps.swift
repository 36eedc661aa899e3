/// The names of the apps that a snap.yaml declares, for the "command not found" helper of devices.
///
/// Reads no more of YAML than the block style in which the public store hands out every snap.yaml: keys that stand one
/// level below `apps:`. A file in another style has no apps here, which costs a hint and nothing else.
enum SnapYAMLApps {
  /// In the order of the file.
  static func names(in yaml: String) -> [String] {
    var names: [String] = []
    var isInside = false
    var level: Int?
    for line in yaml.split(separator: "\n") {
      let text = line.drop { $0 == " " }
      if text.isEmpty || text.first == "#" { continue }
      let indentation = line.prefix { $0 == " " }.count
      if indentation == 0 {
        if isInside { break }
        isInside = text.hasPrefix("apps:")
        continue
      }
      guard isInside else { continue }
      if level == nil { level = indentation }
      guard indentation == level, let colon = text.firstIndex(of: ":") else { continue }
      names.append(text[..<colon].filter { $0 != "\"" && $0 != "'" })
    }
    return names
  }
}
