package predictions

// ReadCSV is what Open reads a .csv file with.
var ReadCSV = readCSV
