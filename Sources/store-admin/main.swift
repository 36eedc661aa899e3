import CommandLineKit
import Foundation
import StoreAdminCommands

exit(
  await storeAdmin.run { input, terminal, environment in
    try StoreAdminContext(input, terminal: terminal, environment: environment)
  })
