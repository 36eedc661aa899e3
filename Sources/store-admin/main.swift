import CommandLineKit
import StoreAdminCommands

Program.run {
  await storeAdmin.run { input, terminal, environment in
    try StoreAdminContext(input, terminal: terminal, environment: environment)
  }
}
