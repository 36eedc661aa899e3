import CommandLineKit
import ProxyState

private let email = Positional<String>("email", help: "The address of a single sign-on account.")
private let json = Flag("json", help: "Print JSON on standard output.")

let addAdmin = Command<SnapProxyContext>(
  "add-admin", summary: "Let a single sign-on account administer overrides over the network.", parameters: [email],
  examples: [Example("snap-proxy add-admin becky@example.com", "before she runs 'snapstore-client login'")]
) { input, context in
  let actor = context.actor
  let isNew = try await context.withStore { try await $0.administrators.add(input[email], by: actor) }
  context.terminal.print(isNew ? "Added \(input[email])" : "\(input[email]) is an administrator already")
}

private let member = Positional<String>("email", help: "Who is out at once.", completion: .dynamic("admins"))

let removeAdmin = Command<SnapProxyContext>(
  "remove-admin", summary: "Take that right away; it holds from the next request on.", parameters: [member],
  examples: [Example("snap-proxy remove-admin becky@example.com", "she is out at once")]
) { input, context in
  let actor = context.actor
  try await context.withStore { try await $0.administrators.remove(input[member], by: actor) }
  context.terminal.print("Removed \(input[member])")
}

let listAdmins = Command<SnapProxyContext>(
  "list-admins", summary: "List who may administer over the network.", parameters: [json],
  examples: [Example("snap-proxy list-admins", "one address a line")]
) { input, context in
  let emails = try await context.withExistingStore { try await $0.administrators.all() }
  try context.terminal.print(input[json] ? .json(emails) : .lines(emails))
}
