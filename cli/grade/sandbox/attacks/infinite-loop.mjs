console.log('begun')
for (;;);
