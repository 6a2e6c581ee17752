//! The names of the demo.

/// The password of every person of the demo.
pub(crate) const PASSWORD_TEXT: &str = "tanuki-demo";

/// Assets cast in each shot of the show.
pub(crate) const CASTING_PER_SHOT: usize = 5;

/// Episodes of the show, with their sequences.
pub(crate) const EPISODES: &[(&str, &[&str])] =
    &[("E01", &["SQ010", "SQ020"]), ("E02", &["SQ010", "SQ020"]), ("E03", &["SQ010", "SQ020"])];

/// Shots of the film.
pub(crate) const FILM_SHOTS: &[&str] = &["SH010", "SH020", "SH030", "SH040"];

/// Assets of the show that the film borrows.
pub(crate) const SHARED: &[&str] =
    &["Cobblestone Street", "Oil Lamp", "Rain", "Market Stall", "Fishing Boat", "Wooden Crate"];

/// Assets of the show: type, name, description.
pub(crate) const ASSETS: &[(&str, &str, &str)] = &[
    ("Character", "Hana", "A lamplighter's daughter who walks the road at night"),
    ("Character", "Old Bo", "Her grandfather, who built most of the lanterns"),
    ("Character", "Pim", "A tanuki who pretends to be a kettle"),
    ("Character", "Inspector Vole", "Counts the lamps and is never content"),
    ("Character", "Madame Orla", "Runs the inn at the crossroads"),
    ("Character", "Teodor", "A travelling puppeteer"),
    ("Character", "Moth Queen", "Loves light more than anybody"),
    ("Character", "Ferryman", "Says little"),
    ("Character", "Baker Twins", "Two, but they count as one"),
    ("Character", "Night Heron", "Watches from the bridge"),
    ("Environment", "Cobblestone Street", "The road's last stretch before the harbour"),
    ("Environment", "Crossroads Inn", "Outside and taproom"),
    ("Environment", "Harbour", "With the tide in and out"),
    ("Environment", "Lamp Workshop", "Old Bo's, two floors"),
    ("Environment", "Moth Forest", "Only seen at night"),
    ("Environment", "Stone Bridge", "Three arches"),
    ("Environment", "Market Square", "Empty and on market day"),
    ("Prop", "Oil Lamp", "The common one"),
    ("Prop", "Storm Lantern", "Hana's own"),
    ("Prop", "Brass Kettle", "Pim, most of the time"),
    ("Prop", "Market Stall", "With four sets of goods"),
    ("Prop", "Wooden Crate", "Stackable"),
    ("Prop", "Ladder", "Reaches every lamp but one"),
    ("Prop", "Ledger", "The inspector's"),
    ("Prop", "Puppet King", "On strings"),
    ("Prop", "Ferry Bell", "Rung twice"),
    ("Prop", "Bread Basket", "Full or empty"),
    ("Prop", "Matchbox", "Hero prop of E02"),
    ("Prop", "Road Sign", "Points the wrong way"),
    ("Prop", "Umbrella", "Turned inside out in E03"),
    ("Prop", "Rope Coil", "For the boats"),
    ("Vehicle", "Fishing Boat", "Needs paint"),
    ("Vehicle", "Puppet Cart", "Teodor's home"),
    ("Vehicle", "Ferry", "Flat, with a rail"),
    ("Vehicle", "Inspector's Bicycle", "Squeaks"),
    ("FX", "Rain", "Light to heavy"),
    ("FX", "Lamp Glow", "Warm, with moths"),
    ("FX", "Fog", "Rolls in from the harbour"),
    ("FX", "Moth Swarm", "Up to two thousand"),
    ("FX", "Sparks", "From the workshop's grindstone"),
];

/// Assets of the film.
pub(crate) const FILM_ASSETS: &[(&str, &str, &str)] = &[
    ("Character", "Ito", "A paper boat with a captain's soul"),
    ("Character", "The Gull", "Wants the boat for its nest"),
    ("Environment", "Gutter River", "After a storm"),
    ("Prop", "Newspaper", "Last Tuesday's"),
];
