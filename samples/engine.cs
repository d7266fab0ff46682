#:project ../src/PainlessSteering/PainlessSteering.csproj

// One prompt at several strengths at once: requests share a batch, and each is steered in its own way.
//   dotnet run samples/fit.cs && dotnet run samples/engine.cs
//   dotnet run samples/engine.cs -- MODEL-FOLDER VECTOR-FILE PROMPT
using PainlessSteering.Engine;
using PainlessSteering.Engine.Generation;
using PainlessSteering.Text;
using PainlessSteering.Vectors;
using PainlessSteering.Vectors.Formats;

var (folder, file, text) = args is [var givenFolder, var givenFile, var givenText]
    ? (givenFolder, givenFile, givenText)
    : ("assets/demo/model", "bias.safetensors", "A lirp and a yelt met at the market. Who was rude?");

using var model = CausalLM.Load(folder);
var tokenizer = Tokenizer.Load(folder);
var vector = SafetensorsFormat.Read(file);
vector.EnsureFits(model.Fingerprint, model.Config.HiddenSize, model.Config.Layers);
var prompt = tokenizer.Encode(text);

await using var engine = new GenerationEngine(model, tokenizer);
double[] strengths = [0, 1, 2, 4];
var answers = await Task.WhenAll(strengths.Select(strength => engine.GenerateAsync(
    prompt, new GenerationOptions { MaxTokens = 24, Steering = [new AppliedVector(vector, strength)] })));
foreach (var (strength, answer) in strengths.Zip(answers))
{
    Console.WriteLine($"strength {strength}: {answer.Text.Trim()}");
}
