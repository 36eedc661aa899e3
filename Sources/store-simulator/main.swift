import Foundation
import StoreSimulator

exit(await SimulatorProgram.run())
