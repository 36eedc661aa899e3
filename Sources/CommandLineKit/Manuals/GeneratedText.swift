extension CommandTree {
  /// What is generated from the declarations, by the names that build scripts use: `bash`, `zsh`, `fish`, `man` and
  /// `markdown`.
  /// - Returns: `nil` for any other name.
  public func generated(_ kind: String) -> String? {
    switch kind {
    case "bash": completions(for: .bash)
    case "zsh": completions(for: .zsh)
    case "fish": completions(for: .fish)
    case "man": manPage()
    case "markdown": markdownReference()
    default: nil
    }
  }
}
