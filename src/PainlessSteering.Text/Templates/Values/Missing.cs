namespace PainlessSteering.Text.Templates.Values;

/// <summary>No value at all: a variable not yet set, an argument not given. Templates never see it; they see <see cref="Undefined"/>.</summary>
internal sealed class Missing
{
    public static readonly Missing Value = new();

    private Missing()
    {
    }
}
