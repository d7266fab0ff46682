using PainlessSteering.Cli;

return await PasTool.RunAsync(args, Console.Out, Console.Error);
