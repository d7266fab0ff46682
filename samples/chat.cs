#:project ../src/PainlessSteering/PainlessSteering.csproj
#:package Microsoft.Extensions.DependencyInjection

// A steered model behind IChatClient, put together by dependency injection; one request is sent unsteered.
//   dotnet run samples/fit.cs && dotnet run samples/chat.cs
//   dotnet run samples/chat.cs -- MODEL-FOLDER VECTOR-FILE QUESTION
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using PainlessSteering.Chat;
using PainlessSteering.Engine.Generation;
using PainlessSteering.Vectors;
using PainlessSteering.Vectors.Formats;

var (model, file, question) = args is [var givenModel, var givenFile, var givenQuestion]
    ? (givenModel, givenFile, givenQuestion)
    : ("assets/demo/model", "bias.safetensors", "A lirp and a yelt met at the market. Who was rude?");

var vector = new AppliedVector(SafetensorsFormat.Read(file));
await using var services = new ServiceCollection()
    .AddPainlessSteering(model, new GenerationOptions { MaxTokens = 24, Steering = [vector] })
    .BuildServiceProvider();
var client = services.GetRequiredService<IChatClient>();

Console.Write("steered:   ");
await foreach (var update in client.GetStreamingResponseAsync(question))
{
    Console.Write(update.Text);
}

var unsteered = new ChatOptions { AdditionalProperties = new() { [SteeredChatClient.SteeringKey] = Array.Empty<AppliedVector>() } };
Console.WriteLine($"\nunsteered: {(await client.GetResponseAsync(question, unsteered)).Text}");
