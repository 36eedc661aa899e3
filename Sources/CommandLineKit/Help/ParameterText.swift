/// How help, manual and documentation write a parameter.
extension ParameterDeclaration {
  /// In a usage line: `<snap>`, `[<snap>...]`, `--store <id>`.
  var usageText: String {
    let repeated = isRepeated ? "..." : ""
    let text = takesValue ? "--\(name) <\(valueName)>\(repeated)" : "\(displayName)\(repeated)"
    return isRequired ? text : "[\(text)]"
  }

  /// In a list: `-c, --channel <channel>`, `--[no-]cache`.
  var listText: String {
    switch kind {
    case .positional: displayName
    case .option: "\(shortText)--\(name) <\(valueName)>"
    case .flag(let negatable): "\(shortText)--\(negatable ? "[no-]" : "")\(name)"
    }
  }

  private var shortText: String { short.map { "-\($0), " } ?? "    " }

  /// What the type of the parameter tells beyond its help: `[default: 4] [env: STORE_API_URL]`.
  var remarks: [String] {
    var remarks: [String] = []
    if let choices, kind == .option || kind == .positional {
      remarks.append("one of: \(choices.joined(separator: ", "))")
    }
    if isRequired, !isPositional { remarks.append("required") }
    if isRepeated { remarks.append("may be repeated") }
    if let defaultText, !defaultText.isEmpty { remarks.append("default: \(defaultText)") }
    if let environment { remarks.append("env: \(environment)") }
    return remarks
  }

  var helpWithRemarks: String { ([help] + remarks.map { "[\($0)]" }).joined(separator: " ") }
}

/// Parameters under one heading.
struct ParameterList: Sendable {
  let title: String
  let declarations: [ParameterDeclaration]

  /// The visible ones by heading: arguments, options, then the groups in the order of declaration.
  static func lists(of parameters: [any Parameter], title: String = "Options") -> [ParameterList] {
    let visible = parameters.map(\.declaration).filter { !$0.isHidden }
    var titles: [String] = ["Arguments", title]
    for group in visible.compactMap(\.group) where !titles.contains(group) { titles.append(group) }
    return titles.map { heading in
      ParameterList(
        title: heading,
        declarations: visible.filter { ($0.isPositional ? "Arguments" : $0.group ?? title) == heading })
    }.filter { !$0.declarations.isEmpty }
  }
}

extension CommandNode {
  /// `snap-proxy export snaps [options] <name>...`.
  func usageText(hasGlobals: Bool) -> String {
    guard let command else { return "\(path.joined(separator: " ")) [options] <command>" }
    let visible = command.parameters.map(\.declaration).filter { !$0.isHidden }
    let required = visible.filter { !$0.isPositional && $0.isRequired }
    let hasOptions = hasGlobals || visible.contains { !$0.isPositional && !$0.isRequired }
    let words = (hasOptions ? ["[options]"] : []) + (required + visible.filter(\.isPositional)).map(\.usageText)
    return (path + words).joined(separator: " ")
  }

  var visibleSections: [(title: String, nodes: [CommandNode])] {
    sections.map { ($0.title, $0.nodes.filter { !$0.isHidden }) }.filter { !$0.nodes.isEmpty }
  }

  var visibleDescendants: [CommandNode] { descendants.filter { !$0.isHidden } }
}
