using PainlessSteering.Server.Errors;
using PainlessSteering.Server.Vectors;

namespace PainlessSteering.Tests.Server;

public class ModelNameTests
{
    [Theory]
    [InlineData("base", "")]
    [InlineData("llama", "")]
    [InlineData("base+honest", "honest:")]
    [InlineData("llama+honest@1.5", "honest:1.5")]
    [InlineData("base+a@1+b@-2", "a:1 b:-2")]
    [InlineData("base+a@10%+b@-2.5%", "a:10% b:-2.5%")]
    [InlineData("base+a@1e7%", null)]
    [InlineData("base+a@%", null)]
    [InlineData("base+a@+0.5", null)]
    [InlineData("base+v1.2-final@1e1", "v1.2-final:10")]
    [InlineData("base+", null)]
    [InlineData("base++a", null)]
    [InlineData("base+a@", null)]
    [InlineData("base+@1", null)]
    [InlineData("base+a@1@2", null)]
    [InlineData("base+a@NaN", null)]
    [InlineData("base+a@1e7", null)]
    [InlineData("base+a@1,5", null)]
    [InlineData("base+a@ 1", null)]
    [InlineData("base+a@1e999", null)]
    [InlineData("base+a@0x1", null)]
    [InlineData("baseline", null)]
    [InlineData("gpt-4o", null)]
    [InlineData("", null)]
    public void NamesSwitchVectorsOn(string name, string? vectors)
    {
        if (vectors is null)
        {
            var error = Assert.Throws<ApiException>(() => ModelName.Parse(name, "llama"));
            Assert.Equal((404, "model_not_found", "model"), (error.Status, error.Error.Code, error.Error.Param));
            return;
        }

        Assert.Equal(vectors, string.Join(' ', ModelName.Parse(name, "llama").Select(vector => FormattableString.Invariant($"{vector.Name}:{vector.Strength}"))));
    }

    [Fact]
    public void AFolderNameMayHaveAPlus() => Assert.Equal("honest", ModelName.Parse("my+model+honest", "my+model").Single().Name);
}
