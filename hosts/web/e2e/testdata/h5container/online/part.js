var part = "part";
