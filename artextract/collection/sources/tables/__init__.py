"""Tables as people, spreadsheets and data sets write them, read into one frame of text."""
