extension CommandTree {
  func helpText(of node: CommandNode<Context>, width: Int) -> String { "" }
}
