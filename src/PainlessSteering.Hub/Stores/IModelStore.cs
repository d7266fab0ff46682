namespace PainlessSteering.Hub.Stores;

/// <summary>A place where programs keep models. Names never lead out of it; links in it are followed as its program follows them.</summary>
internal interface IModelStore
{
    /// <summary>What stands before names of this store; empty for the one whose names stand alone.</summary>
    string Prefix { get; }

    /// <summary>Finds a model.</summary>
    /// <param name="name">Its name, without the prefix.</param>
    /// <returns>Null where the text could be no name of this store.</returns>
    /// <exception cref="PasException">It is not there, or broken.</exception>
    FoundModel? Find(string name);

    /// <summary>Everything that the store holds.</summary>
    IEnumerable<StoredModel> Models();
}

/// <summary>A model that a name stands for.</summary>
/// <param name="Path">Its folder or file.</param>
/// <param name="Note">What was chosen where there was a choice, and what of it is left aside, in one line; else null.</param>
public sealed record FoundModel(string Path, string? Note);

/// <summary>An entry of a store.</summary>
/// <param name="Name">What it is named by, with the store's prefix.</param>
/// <param name="Path">Its folder or file; null where it is broken.</param>
/// <param name="Problem">Why it is broken; else null.</param>
internal sealed record StoredModel(string Name, string? Path, string? Problem = null);
