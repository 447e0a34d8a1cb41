plugins {
    id("com.android.application")
    id("org.jetbrains.kotlin.android")
}

android {
    namespace = "com.example.till"
    compileSdk = 34
    defaultConfig {
        applicationId = "com.example.till"
        minSdk = 26
        targetSdk = 34
        versionCode = 1
        versionName = "1.0"
    }
    // The mini-program and the contract of examples/embed are the app's assets.
    sourceSets["main"].assets.srcDirs("build/menu")
}

val menu by tasks.registering(Copy::class) {
    from("../../embed") { include("order/**", "till.yaml") }
    into(layout.buildDirectory.dir("menu"))
}

tasks.named("preBuild") { dependsOn(menu) }

dependencies {
    implementation(files("libs/dougong.aar")) // gomobile bind, see README.md
}
