import Platform
import Receiver

@main
struct Main {
    static func main() {
        Exit.with(ReceiverCommand.main(CommandLine.arguments.dropFirst()))
    }
}
