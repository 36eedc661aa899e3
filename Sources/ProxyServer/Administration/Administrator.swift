/// Somebody who may administer over the network.
struct Administrator: Hashable, Sendable {
  let email: String
  /// What they see; `nil` for everything. A brand's administrator sees what the brand's devices see.
  let sight: Audience?
}
