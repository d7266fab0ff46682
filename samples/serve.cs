#:project ../src/PainlessSteering.Server/PainlessSteering.Server.csproj
#:package OpenAI

// The server inside another program, asked by the official OpenAI client: the model's name switches the vector on.
//   dotnet run samples/fit.cs && dotnet run samples/serve.cs
//   dotnet run samples/serve.cs -- MODEL-FOLDER VECTOR-FILE QUESTION
using System.ClientModel;
using OpenAI;
using OpenAI.Chat;
using PainlessSteering.Engine;
using PainlessSteering.Server;
using PainlessSteering.Text;

var (folder, file, question) = args is [var givenFolder, var givenFile, var givenQuestion]
    ? (givenFolder, givenFile, givenQuestion)
    : ("assets/demo/model", "bias.safetensors", "A lirp and a yelt met at the market. Who was rude?");

using var model = CausalLM.Load(folder);
var options = new ServerOptions { ModelFolder = folder, VectorFolder = Path.GetDirectoryName(Path.GetFullPath(file)), Port = 0 };
await using var server = PasServer.Create(options, model, Tokenizer.Load(folder));
await PasServer.StartAsync(server, options);

var client = new OpenAIClient(new ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = new Uri(server.Urls.First() + "/v1") });
foreach (var name in new[] { "base", $"base+{Path.GetFileNameWithoutExtension(file)}" })
{
    ChatCompletion answer = await client.GetChatClient(name).CompleteChatAsync(
        [new UserChatMessage(question)], new ChatCompletionOptions { Temperature = 0, MaxOutputTokenCount = 24 });
    Console.WriteLine($"{name}: {answer.Content[0].Text.Trim()}");
}

await server.StopAsync();
