import CurfewCommands

await CurfewCommand.main()
