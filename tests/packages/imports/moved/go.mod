module example.com/moved
