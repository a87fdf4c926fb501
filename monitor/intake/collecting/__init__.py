"""From services to files of profiles: asked politely, resumed where it stopped."""
