using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Generation;
using PainlessSteering.Server;
using PainlessSteering.Server.Errors;

namespace PainlessSteering.Tests.Server;

/// <summary>The parts of a library's error in the shape of the OpenAI API: a setting is a field of the request.</summary>
public sealed class ErrorTranslatorTests
{
    public static TheoryData<GenerationOptions, string, string> Refusals => new()
    {
        { new() { Sampling = new() { TopP = 2 } }, "top_p", "no such top-p; expected more than 0 and at most 1; found 2" },
        { new() { Sampling = new() { RepetitionPenalty = 0 } }, "repetition_penalty", "no such repetition penalty; expected more than 0; found 0" },
        { new() { MaxTokens = 0 }, "max_tokens", "nothing to generate; expected at least 1 token; found 0" },
        { new() { StopStrings = [""] }, "stop", "a stop string is empty; expected at least one character" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void ASettingIsAField(GenerationOptions options, string field, string message)
    {
        var told = Translate(Assert.Throws<PasException>(options.Check));
        Assert.Equal((400, message, "invalid_request_error", field, "bad_setting"), (told.Status, told.Error.Message, told.Error.Type, told.Error.Param, told.Error.Code));
    }

    [Fact]
    public void ASettingThatNoRequestHasIsNoField()
    {
        var told = Translate(new PasException("too strong", "steering strength") { Setting = nameof(SteeringEdit.Strength) });
        Assert.Equal(("steering strength: too strong", null, "bad_setting"), (told.Error.Message, told.Error.Param, told.Error.Code));
    }

    /// <summary>A model is a folder or a file, named from the root or not; an error may name a file of it, or the model itself.</summary>
    [Theory]
    [InlineData("{0}/model.gguf", "{0}/model.gguf, chat template", "model.gguf, chat template: x")]
    [InlineData("{0}/model.gguf", "{0}/model.gguf", "model.gguf: x")]
    [InlineData("{0}/folder", "{0}/folder/chat_template.jinja", "chat_template.jinja: x")]
    [InlineData("{0}/folder/", "{0}/folder/tokenizer.json", "tokenizer.json: x")]
    [InlineData("{0}/folder", "{0}/folder", "folder: x")]
    [InlineData("{0}/folder", "{0}/vectors/v.safetensors", "v.safetensors: x")]
    public void NoFolderOfTheServerIsTold(string model, string place, string message)
    {
        using var folder = new TempFolder();
        folder.Write("model.gguf", "x");
        foreach (var root in new[] { folder.Path, Path.GetRelativePath(Directory.GetCurrentDirectory(), folder.Path) })
        {
            var options = new ServerOptions { ModelFolder = string.Format(CultureInfo.InvariantCulture, model, root), VectorFolder = Path.Combine(root, "vectors") };
            foreach (var given in new[] { root, folder.Path })
            {
                var error = new PasException("x", string.Format(CultureInfo.InvariantCulture, place, given));
                Assert.Equal(message, new ErrorTranslator(new Lifetime(), new ServerPaths(options), NullLogger<ErrorTranslator>.Instance).Translate(error).Error.Message);
            }
        }
    }

    private static ApiException Translate(Exception error) =>
        new ErrorTranslator(new Lifetime(), new ServerPaths(new ServerOptions { ModelFolder = "model" }), NullLogger<ErrorTranslator>.Instance).Translate(error);

    private sealed class Lifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication()
        {
        }
    }
}
