using System.Globalization;
using PainlessSteering.Demo;

// dotnet run -c Release --project assets/demo/Maker -- assets/demo [steps]
if (args.Length is < 1 or > 2)
{
    Console.Error.WriteLine("usage: Maker <output folder> [training steps]");
    return 1;
}

Maker.Run(Directory.CreateDirectory(args[0]).FullName, args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : Trainer.DefaultSteps, Console.Out);
return 0;
