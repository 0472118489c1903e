"""What is painted in each genre, and what such pictures are called."""

MOODS = ("noon", "dawn", "dusk", "grey", "night")
SUBJECTS: dict[str, dict[str, tuple[str, ...]]] = {
    "landscape": {
        "coast": ("Sails off the Point", "Boats", "The Bay", "Coast with Sails", "The Headland"),
        "valley": (
            "Lake in the Hills",
            "The Valley",
            "Cottage by the Lake",
            "Hills",
            "The Far Shore",
        ),
        "fields": (
            "Haystacks",
            "The Long Field",
            "Harvest",
            "Ploughed Fields",
            "Ricks and Poplars",
        ),
        "river": ("The River Bend", "Willows", "The Stream", "Along the River", "Water Meadows"),
    },
    "cityscape": {
        "canal": ("The Canal", "Houses on the Canal", "Barges", "The Old Quay", "Gables"),
        "rooftops": (
            "Rooftops",
            "Over the Roofs",
            "The Old Town",
            "View from the Attic",
            "Chimneys",
        ),
        "street": (
            "The High Street",
            "Market Street",
            "A Street",
            "Passers-by",
            "Lane to the Church",
        ),
        "bridge": (
            "The Stone Bridge",
            "The Bridge",
            "Under the Arches",
            "Crossing the River",
            "Bridge",
        ),
    },
    "portrait": {
        "lady": ("Portrait of a Lady", "Young Woman", "The Visitor", "A Cousin", "Head of a Woman"),
        "peasant": (
            "Farm Girl",
            "Woman from the Village",
            "The Gleaner",
            "Girl at Market",
            "A Neighbour",
        ),
        "gentleman": (
            "Portrait of a Gentleman",
            "The Notary",
            "A Friend",
            "The Schoolmaster",
            "Young Man",
        ),
        "elder": (
            "Old Fisherman",
            "The Grandfather",
            "Portrait of a Scholar",
            "An Old Man",
            "The Pilot",
        ),
    },
    "still_life": {
        "fruit": (
            "Bowl of Fruit",
            "Still Life with Jug",
            "Fruit on a Cloth",
            "Apples and Pears",
            "Orchard Fruit",
        ),
        "flowers": (
            "Flowers in a Vase",
            "Bouquet",
            "Garden Flowers",
            "Summer Flowers",
            "Still Life with Flowers",
        ),
        "bottles": (
            "Bottles and Fruit",
            "Still Life with Bottle",
            "Three Vessels",
            "On the Sideboard",
            "The Cellar Shelf",
        ),
        "breakfast": (
            "Breakfast",
            "Bread and Fruit",
            "The Loaf",
            "Still Life with Bread",
            "Table Laid for One",
        ),
    },
}
# What a title may add about the hour and the weather.
WORDS: dict[str, tuple[str, ...]] = {
    "noon": ("", "", " at Noon", " in Summer"),
    "dawn": (" at Dawn", ", Early Morning", " at First Light"),
    "dusk": (" at Dusk", ", Evening", " at Sunset"),
    "grey": (", Grey Day", " after Rain", ", Overcast"),
    "night": (" by Night", " by Moonlight", ", Nocturne"),
}
