namespace PainlessSteering.Server.Connections;

/// <summary>Notes which connections have a request, so that they do not give way to others.</summary>
internal sealed class BusyConnections(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<ConnectionSlot>() is { } slot)
        {
            slot.Begin();
            context.Response.OnCompleted(static state =>
            {
                ((ConnectionSlot)state).End();
                return Task.CompletedTask;
            }, slot);
        }

        return next(context);
    }
}
