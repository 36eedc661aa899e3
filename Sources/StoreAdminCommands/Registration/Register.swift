import Assertions
import Bundles
import CommandLineKit
import Cryptography
import FileSupport
import Foundation
import Reporting
import StoreAPI
import UpstreamStore

private let url = Positional<ProxyAddress>(
  "url", help: "The address that devices will use, for example https://snaps.internal."
) { try ProxyAddress(parsing: $0) }
private let offline = Flag(
  "offline", help: "Make a package that installs the registered store on a host without internet.")
private let outputFile = Option<FilePath?>(
  "output-file", valueName: "file", help: "Write the registration bundle there instead of to standard output.")
private let program = Option<FilePath?>(
  "program", valueName: "file", help: "The snap-proxy to put into the package (default: the one beside this program).")
private let manual = Option<DirectoryPath?>(
  "manual", valueName: "dir",
  help: "The manual to put into the package, made by scripts/manual (default: the one installed with this program).")
private let json = Flag("json", help: "Print JSON on standard output.")

let register = Command<StoreAdminContext>(
  "register",
  summary: "Register a store with the upstream store.",
  description: """
    The address becomes part of a signed assertion that devices follow: decide on http or https and on the name first. \
    You are asked for your Ubuntu SSO e-mail, password and, where the account has one, code, unless STORE_ADMIN_TOKEN \
    is set: for an account that logs in in a web browser only, to what 'store-admin export token' prints.

    With --offline, offline-snap-store.tar.gz is written to the working directory. It holds the private key of the \
    store: carry it as you would carry a password. Compare its SHA-256, which the command prints, before you install it.

    The private key is kept until the package or the bundle is written. If the command fails on the way, run it again: \
    it finishes the same registration.
    """,
  parameters: [url, offline, outputFile, program, manual, json],
  examples: [
    Example("store-admin register --offline https://snaps.internal", "a store behind an air gap"),
    Example("store-admin register https://snaps.internal --output-file registration_bundle.b64", "the bundle alone"),
  ]
) { input, context in
  guard !(input[offline] && input.has(outputFile)) else {
    throw input.usageError("--output-file is not for --offline", advice: "the package holds the bundle")
  }
  guard input[offline] || !input.has(manual) else {
    throw input.usageError("--manual is for --offline", advice: "the registration bundle alone holds no manual")
  }
  // What can fail is tried before anything is registered: a registration cannot be taken back.
  let parts = input[offline] ? try ProgramParts(program: input[program]?.path) : nil
  let pages = input[offline] ? try ManualPages.find(named: input[manual]?.path) : nil
  if input[offline], pages == nil {
    context.terminal.note("The package will have no manual: none is installed with this program.")
    context.terminal.note("To have one, make it with 'scripts/manual DIRECTORY' and name it with --manual DIRECTORY.")
  }
  let target = input[offline] ? "offline-snap-store.tar.gz" : input[outputFile]?.path
  // Before the questions of the login; what the program did not keep open cannot be left behind by Ctrl-C.
  if let target { try OutputFile(replacing: target, mode: SecretFile.mode).abandon() }
  let dashboard = Dashboard(
    client: context.client, endpoints: context.endpoints, credentials: try await credentials(context))
  let devices = DeviceAPI(client: context.client, endpoints: context.endpoints)
  let registrar = ProxyRegistrar(
    dashboard: dashboard, fetcher: AssertionFetcher(devices: devices, roots: context.roots))
  let file = try target.map { try OutputFile(replacing: $0, mode: SecretFile.mode) }
  if let parts {
    try file?.reserve(parts.package(proxyAssertion: [], bundle: [], roots: context.roots, manual: pages).maxSize())
  } else {
    try file?.reserve(1 << 20)
  }
  let unfinished = try UnfinishedRegistration.begin(
    in: context.unfinishedRegistrations, url: input[url], offline: input[offline],
    dashboard: context.endpoints.dashboard)
  if unfinished.isResumed { context.terminal.note("Finishing the registration of \(input[url]) that was begun before") }
  let key = unfinished.key
  let registration = try await registrar.register(
    input[url], offline: input[offline], key: key, software: "store-admin/\(SoftwareVersion.current)")
  let stream = Assertion.encodeStream(registration.assertions)
  let bundle = RegistrationBundle(
    domain: registration.url.description, privateKey: key.pem, publicKey: key.publicKey.pem,
    storeID: registration.storeID, storeAssertion: String(decoding: stream, as: UTF8.self))
  let encoded = try JSONEncoder().encode(bundle).base64EncodedString() + "\n"
  context.terminal.note("Registered as \(registration.storeID) (\(registration.status))")
  if let parts, let file {
    let package = try parts.package(
      proxyAssertion: stream, bundle: Array(encoded.utf8), roots: context.roots, manual: pages)
    try package.write(into: file)
    try file.commit()
    let sum = try sha256(of: file.path)
    if input[json] {
      try context.terminal.print(
        .json(["store-id": registration.storeID, "package": file.path, "sha256": sum]))
    } else {
      context.terminal.print("Offline store package written to: \(file.path)")
      context.terminal.note("SHA-256: \(sum)")
    }
  } else if let file {
    try file.write(Array(encoded.utf8))
    try file.commit()
    context.terminal.note("Registration bundle written to: \(file.path)")
  } else {
    context.terminal.print(.text(encoded))
  }
  try unfinished.finish()
}

/// As `sha256sum` prints it, of what is on the disk.
private func sha256(of path: String) throws -> String {
  let handle = FileHandle(fileDescriptor: try InputFile(path).open(), closeOnDealloc: true)
  var sum = SHA256Hasher()
  while let bytes = try handle.read(upToCount: 1 << 20), !bytes.isEmpty { bytes.withUnsafeBytes { sum.update($0) } }
  return sum.finish().hex
}

private func credentials(_ context: StoreAdminContext) async throws -> StoreCredentials {
  if let credentials = try context.credentials { return credentials }
  let terminal = context.terminal
  let questions = LoginQuestions(
    environment: context.environment, ask: { try await terminal.ask($0) },
    askSecret: { try await terminal.askSecret($0) }, note: { terminal.note($0) })
  let login = StoreLogin(
    dashboard: Dashboard(client: context.client, endpoints: context.endpoints),
    sso: SingleSignOn(client: context.client, endpoints: context.endpoints))
  return try await login.logIn(
    AccessRequest(permissions: ["package_access", "store_admin"], description: "store-admin register"),
    asking: questions)
}
