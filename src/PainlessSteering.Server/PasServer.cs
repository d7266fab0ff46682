using Microsoft.AspNetCore.HostFiltering;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Generation;
using PainlessSteering.Engine.Sources;
using PainlessSteering.Server.Access;
using PainlessSteering.Server.Connections;
using PainlessSteering.Server.Endpoints;
using PainlessSteering.Server.Errors;
using PainlessSteering.Server.Telemetry;
using PainlessSteering.Server.Vectors;
using PainlessSteering.Text;
using PainlessSteering.Text.Templates;

namespace PainlessSteering.Server;

/// <summary>An OpenAI-compatible server for one model, whose vectors are switched on by the model's name.</summary>
public static class PasServer
{
    /// <summary>Makes a server, which is not started yet.</summary>
    /// <param name="options">What it is asked to be.</param>
    /// <param name="model">The model; outlives the server.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="configure">Adds to the application, e.g. where it logs to.</param>
    /// <returns>The application: <see cref="StartAsync"/> listens, <c>StopAsync</c> lets running answers end, <c>DisposeAsync</c> ends the rest.</returns>
    /// <exception cref="PasException">The options do not go together, or the chat template is damaged.</exception>
    public static WebApplication Create(ServerOptions options, CausalLM model, Tokenizer tokenizer, Action<WebApplicationBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        options.Check();
        using var source = ModelSource.Open(options.ModelFolder);
        var chat = new ChatPrompt(source.ChatTemplate);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(PasServer).Assembly.GetName().Name }); // No file or variable of the place it is started in changes it, but those of telemetry.
        Listening.Configure(builder, options);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Drain);
        AddServices(builder.Services, options, model, tokenizer, chat);
        builder.AddTelemetry();
        configure?.Invoke(builder);
        var app = builder.Build();
        app.Services.GetRequiredService<VectorCatalogue>().Scan();
        Route(app, options);
        return app;
    }

    /// <summary>Starts a server that <see cref="Create"/> made: it listens when this returns.</summary>
    /// <param name="app">The server.</param>
    /// <param name="options">Its options.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="PasException">The address or the port cannot be had, or there is room for too few connections.</exception>
    public static async Task StartAsync(WebApplication app, ServerOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (Exception exception) when (Listening.Failure(exception, options) is { } failure)
        {
            throw failure;
        }
    }

    private static void AddServices(IServiceCollection services, ServerOptions options, CausalLM model, Tokenizer tokenizer, ChatPrompt chat)
    {
        services.AddRouting();
        services.AddSingleton(options);
        services.AddSingleton(new ApiKeys(options.ApiKeys));
        services.AddSingleton(_ => new GenerationEngine(model, tokenizer, options.Engine)); // The container disposes it.
        services.AddSingleton(provider => new VectorCatalogue(options.VectorFolder, model, options.Force, provider.GetRequiredService<ILogger<VectorCatalogue>>()));
        var name = options.ModelName ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.ModelFolder)));
        services.AddSingleton(provider => new ServedModel(provider.GetRequiredService<ServerPaths>(), name, model, tokenizer, chat, provider.GetRequiredService<VectorCatalogue>(), options.DefaultMaxTokens));
        services.AddSingleton<ServerPaths>();
        services.AddSingleton<ErrorTranslator>();
        services.AddSingleton<AnswerDesk>();
        services.AddSingleton<IHostLifetime, CallersLifetime>();
        services.AddRateLimits(options.RequestsPerMinute);
        if (options.IsLoopback)
        {
            // A foreign page whose name was made to point here must not pass for this one.
            services.Configure<HostFilteringOptions>(filter => filter.AllowedHosts = ["localhost", "127.0.0.1", "[::1]", options.Host]);
            services.AddHostFiltering(_ => { });
        }

        if (options.VectorFolder is { } folder)
        {
            services.AddHostedService(provider => new VectorWatcher(folder, provider.GetRequiredService<VectorCatalogue>()));
        }
    }

    private static void Route(WebApplication app, ServerOptions options)
    {
        app.UseMiddleware<BusyConnections>();
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<ErrorResponses>();
        if (options.IsLoopback)
        {
            app.UseHostFiltering();
        }

        app.UseMiddleware<UnreadQuery>();
        app.UseMiddleware<KeyGate>();
        app.UseRouting();
        app.UseRateLimiter();
        ChatEndpoint.Map(app);
        CompletionEndpoint.Map(app);
        ModelsEndpoint.Map(app);
        VectorsEndpoint.Map(app);
        HealthEndpoint.Map(app);
        PlaygroundEndpoint.Map(app);
        app.MapPrometheusScrapingEndpoint("/metrics");
    }

    /// <summary>Leaves the process's signals to whoever runs the server.</summary>
    private sealed class CallersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
