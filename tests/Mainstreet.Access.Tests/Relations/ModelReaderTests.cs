using Mainstreet.Access.Relations;

using Shouldly;

using Xunit;

namespace Mainstreet.Access.Tests.Relations;

[Trait("kind", "unit")]
public sealed class ModelReaderTests
{
    [Theory]
    [InlineData("", "'model' is missing")]
    [InlineData("model schema 1.0 type user", "must be 1.1")]
    [InlineData("module x", "modules are not supported")]
    [InlineData("model schema 1.1 type user condition c(x: int) { x < 5 }", "conditions are not supported")]
    [InlineData("model schema 1.1 type user type user", "there twice")]
    [InlineData("model schema 1.1 type user type d relations define v: [user] or a and b", "need parentheses")]
    [InlineData("model schema 1.1 type user type d relations define v: [user] define v: [user]", "defined twice")]
    [InlineData("model schema 1.1 type user type d relations define v: [user with hours]", "conditions are not supported")]
    [InlineData("model schema 1.1 type user type d relations define v: [ghost]", "no type ghost")]
    [InlineData("model schema 1.1 type user type d relations define v: [user#x]", "no relation user#x")]
    [InlineData("model schema 1.1 type user type d relations define v: w", "no relation d#w")]
    [InlineData("model schema 1.1 type user type d relations define v: v from p", "no relation d#p")]
    [InlineData("model schema 1.1 type user type d relations define p: [user] define v: v from p", "no type that p names")]
    [InlineData("model schema 1.1 type user type d relations define p: [d, d:*] define v: [user] or v from p", "must be direct")]
    [InlineData("model schema 1.1 type user type d relations define a: b define b: a", "nobody can ever")]
    [InlineData("model schema 1.1 type user type d relations define v: [d#v]", "nobody can ever")]
    [InlineData("model schema 1.1 type user type d relations define v: ([user]", "')' is missing")]
    [InlineData("model schema 1.1 type user type d relations define v: [user] or", "is missing")]
    [InlineData("model schema 1.1 type user type d relations define v: {user}", "before '{'")]
    public void What_is_wrong_is_told(string text, string expected) =>
        ModelReader.Read(text).Problem.ShouldNotBeNull().Detail.ShouldNotBeNull().ShouldContain(expected);

    [Fact]
    public void Deep_parentheses_are_refused_not_followed() =>
        ModelReader.Read("model schema 1.1 type user type d relations define v: " + new string('(', 5_000) + "[user]").Problem!.Detail!.ShouldContain("too deeply");

    [Fact]
    public void The_house_adds_its_types_and_keeps_them()
    {
        HouseModel.Start.Find("product", "store.products.edit").ShouldNotBeNull();
        HouseModel.Start.Find("business", "owner").ShouldNotBeNull();
        HouseModel.Read("model schema 1.1 type business relations define owner: [user]").Problem!.Detail!.ShouldContain("built in");
        HouseModel.Read("model schema 1.1 type business relations define guest: [user]").Value!.Find("business", "guest").ShouldNotBeNull();
    }
}
