module example.com/local
