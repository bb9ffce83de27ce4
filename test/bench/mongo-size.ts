import { calculateObjectSize } from 'bson';
import mongoose from 'mongoose';

const SAMPLED = 500;

/** What a finished person leaves in MongoDB: documents and their BSON bytes, without indexes and compression. */
export async function recordTable(uri: string, people: number): Promise<string> {
  const connection = await mongoose.createConnection(uri).asPromise();
  try {
    const rows: string[] = [];
    for (const name of (await connection.listCollections()).map((collection) => collection.name).toSorted()) {
      const collection = connection.collection(name);
      const count = await collection.countDocuments({});
      if (count < people / 2) continue; // of the deployment, not of people
      const documents = await collection.find({}).limit(SAMPLED).toArray();
      const mean = documents.reduce((sum, one) => sum + calculateObjectSize(one), 0) / documents.length;
      const each = count / people;
      rows.push(`| ${name} | ${count} | ${each.toFixed(2)} | ${mean.toFixed(0)} | ${(each * mean).toFixed(0)} |`);
    }
    const heads = '| collection | documents | for each finished person | BSON bytes each | bytes a person |';
    return [heads, '| --- | ---: | ---: | ---: | ---: |', ...rows].join('\n');
  } finally {
    await connection.close();
  }
}
