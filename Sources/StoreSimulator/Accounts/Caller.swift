/// Who asks the dashboard, and what they may do.
struct Caller: Sendable {
  let user: SimulatedUser
  let permissions: [String]
}
