#:project ../src/PainlessSteering/PainlessSteering.csproj

// Fits a steering vector on labelled items and says whether it helps.
//   dotnet run samples/fit.cs
//   dotnet run samples/fit.cs -- MODEL-FOLDER DATA-FILE VECTOR-FILE
using PainlessSteering;
using PainlessSteering.Vectors;

var (model, data, file) = args is [var givenModel, var givenData, var givenFile]
    ? (givenModel, givenData, givenFile)
    : ("assets/demo/model", "assets/demo/bias.jsonl", "bias.safetensors");

var fitted = Pas.Fit(model).On(data).WithStrengths(1, 2, 4).WithSeed(1).Run();
var (result, vector) = (fitted.Result, fitted.Vector);
Console.WriteLine($"verdict: {result.Verdict}, {result.Effect.Points:+0.0;-0.0} points on the test items");
foreach (var reason in result.Reasons)
{
    Console.WriteLine($"  {reason}");
}

if (vector is not null)
{
    fitted.Save(file);
    Console.WriteLine($"{file}: {VectorWords.Edits(vector)}, strength {vector.Strength}");
}
