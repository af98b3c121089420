namespace Mainstreet.Occasions;

/// <summary>What is celebrated. One message a recipient, occasion and local year.</summary>
public enum Occasion
{
    Birthday,
    Anniversary,
}
