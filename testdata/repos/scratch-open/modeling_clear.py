# architecture
