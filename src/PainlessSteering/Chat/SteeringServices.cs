using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Generation;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Text;
using PainlessSteering.Text.Templates;

namespace PainlessSteering.Chat;

/// <summary>Steered models for applications that are put together by dependency injection.</summary>
public static class SteeringServices
{
    /// <summary>
    /// Adds an <see cref="IChatClient"/> on a model, with the <see cref="CausalLM"/>, <see cref="Tokenizer"/>,
    /// <see cref="ChatPrompt"/> and <see cref="GenerationEngine"/> behind it, all one for the application and made at first use.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="modelPath">A folder in Hugging Face layout or a GGUF file; see <see cref="ModelSource.Open"/>.</param>
    /// <param name="defaults">Length, sampling and vectors where a request does not say; greedy and unsteered if null.</param>
    /// <param name="loading">Type and device; float32 on the CPU if null.</param>
    /// <param name="engine">Limits of the engine; the default ones if null.</param>
    public static IServiceCollection AddPainlessSteering(
        this IServiceCollection services, string modelPath, GenerationOptions? defaults = null, LoadOptions? loading = null, GenerationEngineOptions? engine = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(modelPath);
        services.AddSingleton(_ => ModelSource.Open(modelPath));
        services.AddSingleton(provider => CausalLM.Load(provider.GetRequiredService<IModelSource>(), loading));
        services.AddSingleton(provider => provider.GetRequiredService<IModelSource>().Tokenizer);
        services.AddSingleton(provider => new ChatPrompt(provider.GetRequiredService<IModelSource>().ChatTemplate));
        services.AddSingleton(provider => new GenerationEngine(provider.GetRequiredService<CausalLM>(), provider.GetRequiredService<Tokenizer>(), engine));
        services.AddSingleton<IChatClient>(provider => new SteeredChatClient(
            provider.GetRequiredService<GenerationEngine>(),
            provider.GetRequiredService<Tokenizer>(),
            provider.GetRequiredService<ChatPrompt>(),
            defaults,
            Path.GetFileName(Path.TrimEndingDirectorySeparator(modelPath))));
        return services;
    }
}
