"""Ed-Fi CSV and XML files as tables of the model."""
