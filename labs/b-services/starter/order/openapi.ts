const order = {
  type: 'object',
  required: ['productId', 'quantity', 'amount'],
  properties: {
    userId: { type: 'string' },
    productId: { type: 'integer', example: 201 },
    quantity: { type: 'integer', minimum: 1, example: 2 },
    amount: { type: 'number', minimum: 0, example: 1500 },
  },
}
const id = { name: 'id', in: 'path', required: true, schema: { type: 'string' } }

/** What the order service offers: written down in part B, built in parts E and H. */
export const paths = {
  '/api/orders': {
    post: {
      summary: 'Place an order',
      requestBody: { required: true, content: { 'application/json': { schema: order } } },
      responses: { 202: { description: 'The order was created' }, 400: { description: 'The order is not valid' } },
    },
  },
  '/api/orders/{id}': {
    get: {
      summary: 'How far is my order?',
      parameters: [id],
      responses: { 200: { description: 'PENDING, CONFIRMED or CANCELLED' }, 404: { description: 'No such order' } },
    },
  },
}
